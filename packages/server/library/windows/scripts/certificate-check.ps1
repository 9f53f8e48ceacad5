# Checks that the computer's certificates with a private key are valid for some days yet; changes nothing.
# Facts: certificateDaysLeft (the least of all).
# Exit codes: 0 all are, 1 at least one is not, 2 a parameter is wrong.
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

$days = Read-Number 'PATCHBAY_DAYS' 30 0
$stores = @(([string] $env:PATCHBAY_STORES).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })
if ($stores.Count -eq 0) { $stores = @('My', 'WebHosting') }

$least = $null
$code = 0
foreach ($store in $stores) {
    if ($store -notmatch '^[A-Za-z0-9 ]+$') { Stop-Script 2 "'$store' is not the name of a store" }
    $path = "Cert:\LocalMachine\$store"
    if (-not (Test-Path -LiteralPath $path)) {
        Write-Output "There is no store $store."
        continue
    }
    foreach ($certificate in @(Get-ChildItem -LiteralPath $path | Where-Object { $_.HasPrivateKey })) {
        $left = [int] [Math]::Floor(($certificate.NotAfter - (Get-Date)).TotalDays)
        $line = "${store}: $($certificate.Subject) ($($certificate.Thumbprint)) ends in $left days"
        if ($left -lt $days) {
            [Console]::Error.WriteLine($line)
            $code = 1
        }
        else {
            Write-Output $line
        }
        if ($null -eq $least -or $left -lt $least) { $least = $left }
    }
}
Publish-Fact 'certificateDaysLeft' "$least"
exit $code
