# Checks that there is enough free space on each of the given drives; changes nothing.
# Facts: diskSpaceEnough (true or false), freeMegabytes (the least of all drives).
# Exit codes: 0 enough everywhere, 1 too little somewhere, 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$drives = @(([string] $env:PATCHBAY_DRIVES).Split(' ') | Where-Object { $_ -ne '' })
if ($drives.Count -eq 0) { $drives = @($env:SystemDrive) }
$minimum = Read-Number 'PATCHBAY_MINIMUM_FREE_MB' 1024 0

$least = [long]::MaxValue
$enough = $true
foreach ($drive in $drives) {
    if ($drive -notmatch '^[A-Za-z]:\\?$') { Stop-Script 2 "'$drive' is not a drive such as C:" }
    $info = New-Object System.IO.DriveInfo ($drive.Substring(0, 1))
    if (-not $info.IsReady) { Stop-Script 2 "there is no drive $drive" }
    $free = [long] [Math]::Floor($info.AvailableFreeSpace / 1mb)
    if ($free -lt $minimum) {
        [Console]::Error.WriteLine("${drive} $free MB free, fewer than the required $minimum MB")
        $enough = $false
    }
    else {
        Write-Output "${drive} $free MB free"
    }
    if ($free -lt $least) { $least = $free }
}
Publish-Fact 'diskSpaceEnough' ($enough.ToString().ToLowerInvariant())
Publish-Fact 'freeMegabytes' "$least"
if ($enough) { exit 0 } else { exit 1 }
