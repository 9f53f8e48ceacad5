# Tells whether this endpoint needs a reboot, and why, by what Windows and its installers leave in the registry and by
# the client of Configuration Manager; changes nothing.
# Facts: rebootNeeded (true or false), rebootReasons.
# Exit codes: 0 in either case.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

# reboot need: this part is the same in check-reboot-needed.ps1 and reboot-if-needed.ps1
$reasons = New-Object System.Collections.ArrayList

function Get-RegistryValue([string] $Path, [string] $Name) {
    $key = Get-Item -LiteralPath $Path -ErrorAction SilentlyContinue
    if ($null -ne $key) { $key.GetValue($Name) }
}

function Find-Reason {
    $versions = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    foreach ($flag in 'RebootPending', 'RebootInProgress') {
        if (Test-Path -LiteralPath "$versions\Component Based Servicing\$flag") {
            [void] $reasons.Add("component based servicing says so ($flag)")
        }
    }
    if (Test-Path -LiteralPath "$versions\WindowsUpdate\Auto Update\RebootRequired") {
        [void] $reasons.Add('Windows Update says so')
    }
    $volatile = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Updates' 'UpdateExeVolatile'
    if ($null -ne $volatile -and $volatile -ne 0) { [void] $reasons.Add('an installer of updates says so') }
    if (Test-Path -LiteralPath 'HKLM:\SOFTWARE\Microsoft\ServerManager\CurrentRebootAttempts') {
        [void] $reasons.Add('a change of roles or features says so')
    }

    $names = 'HKLM:\SYSTEM\CurrentControlSet\Control\ComputerName'
    $active = Get-RegistryValue "$names\ActiveComputerName" 'ComputerName'
    $configured = Get-RegistryValue "$names\ComputerName" 'ComputerName'
    if ($active -ne $configured) { [void] $reasons.Add("the computer is to be renamed from $active to $configured") }
    foreach ($value in 'JoinDomain', 'AvoidSpnSet') {
        if ($null -ne (Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon' $value)) {
            [void] $reasons.Add("the computer is to join a domain ($value)")
        }
    }

    if ($env:PATCHBAY_FILE_RENAMES -ne 'false') {
        $manager = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
        $renames = @(Get-RegistryValue $manager 'PendingFileRenameOperations' | Where-Object { $_ })
        if ($renames.Count -gt 0) { [void] $reasons.Add("files wait to be replaced, $($renames[0]) among them") }
    }

    try {
        $client = @{ Namespace = 'root\ccm\ClientSDK'; ClassName = 'CCM_ClientUtilities' }
        $answer = Invoke-CimMethod @client -MethodName 'DetermineIfRebootPending'
        if ($answer.RebootPending -or $answer.IsHardRebootPending) {
            [void] $reasons.Add('Configuration Manager says so')
        }
    }
    catch {
        Write-Output 'There is no client of Configuration Manager to ask.'
    }
}
# end of: reboot need

Find-Reason
if ($reasons.Count -gt 0) {
    Write-Output "A reboot is needed: $($reasons -join '; ')."
    Publish-Fact 'rebootNeeded' 'true'
}
else {
    Write-Output 'No reboot is needed.'
    Publish-Fact 'rebootNeeded' 'false'
}
Publish-Fact 'rebootReasons' ($reasons -join '; ')
exit 0
